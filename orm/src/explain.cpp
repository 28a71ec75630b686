#include <boost/json.hpp>

#include "orm/executor.hpp"

namespace orm {

namespace {

double number(const boost::json::object& node, std::string_view name) {
    const boost::json::value* value = node.if_contains(name);
    return value && value->is_number() ? value->to_number<double>() : 0;
}

PlanNode node_of(const boost::json::object& plan, bool analyze) {
    PlanNode node;
    node.title = std::string(plan.at("Node Type").as_string());
    for (const char* detail : {"Relation Name", "Index Name"})
        if (const auto* name = plan.if_contains(detail)) node.title += " " + std::string(name->as_string());
    node.total_cost = number(plan, "Total Cost");
    node.rows = number(plan, analyze ? "Actual Rows" : "Plan Rows");
    node.milliseconds = number(plan, "Actual Total Time");
    if (const auto* children = plan.if_contains("Plans"))
        for (const auto& child : children->as_array()) node.children.push_back(node_of(child.as_object(), analyze));
    return node;
}

/// EXPLAIN QUERY PLAN's rows name their parents.
void add_node(std::vector<PlanNode>& nodes, std::vector<std::pair<std::int64_t, std::vector<std::size_t>>>& paths,
              std::int64_t id, std::int64_t parent, const std::string& detail) {
    std::vector<std::size_t> path;
    for (const auto& [known, known_path] : paths)
        if (known == parent) path = known_path;
    std::vector<PlanNode>* siblings = &nodes;
    for (std::size_t step : path) siblings = &(*siblings)[step].children;
    siblings->push_back({detail, 0, 0, 0, {}});
    path.push_back(siblings->size() - 1);
    paths.emplace_back(id, std::move(path));
}

void indent(std::string& text, const std::vector<PlanNode>& nodes, std::size_t depth) {
    for (const PlanNode& node : nodes) {
        text += std::string(depth * 2, ' ') + node.title + "\n";
        indent(text, node.children, depth + 1);
    }
}

template <class Row>
std::vector<Row> rows_of(Executor& db, const std::string& sql, std::span<const Param> params,
                         std::source_location location) {
    std::vector<Row> rows;
    const RowPlan plan = detail::raw_plan<Row>();
    const detail::Sink<Row> sink(rows, plan);
    const Statement statement{sql, 0, true};
    db.run(statement, params, &sink.into(), false, location);
    return rows;
}

}  // namespace

Explanation Executor::explain_statement(const std::string& text, std::span<const Param> params, bool analyze,
                                        Location location) {
    Explanation result;
    if (dialect() == Dialect::sqlite) {
        using Row = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::string>;
        std::vector<std::pair<std::int64_t, std::vector<std::size_t>>> paths;
        for (const auto& [id, parent, unused, detail] :
             rows_of<Row>(*this, "EXPLAIN QUERY PLAN " + text, params, location))
            add_node(result.nodes, paths, id, parent, detail);
        indent(result.text, result.nodes, 0);
        return result;
    }
    const std::string options = analyze ? "(ANALYZE, BUFFERS, " : "(";
    const auto document = rows_of<Json>(*this, "EXPLAIN " + options + "FORMAT JSON) " + text, params, location);
    const boost::json::value parsed = boost::json::parse(document.at(0).text);
    result.nodes.push_back(node_of(parsed.at(0).at("Plan").as_object(), analyze));
    for (const std::string& line :
         rows_of<std::string>(*this, "EXPLAIN " + options + "FORMAT TEXT) " + text, params, location))
        result.text += line + "\n";
    return result;
}

}  // namespace orm
