#include "harness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cmath>
#include <fstream>
#include <regex>
#include <stdexcept>

namespace bench {

namespace {

using Clock = std::chrono::steady_clock;

double quantile(std::vector<double> values, double where) {
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(where * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

double timed(const Contender& contender, std::size_t times) {
    const auto start = Clock::now();
    contender.run(times);
    const auto end = Clock::now();
    if (contender.reset) contender.reset();
    return std::chrono::duration<double, std::nano>(end - start).count() / static_cast<double>(times);
}

std::string human(double nanoseconds) {
    if (nanoseconds < 1e4) return fmt::format("{:.2f} us", nanoseconds / 1e3);
    if (nanoseconds < 1e6) return fmt::format("{:.1f} us", nanoseconds / 1e3);
    return fmt::format("{:.2f} ms", nanoseconds / 1e6);
}

void check_equal(const std::string& name, const std::string& database, const std::vector<Contender>& contenders) {
    const std::string expected = contenders.front().result();
    for (std::size_t i = 1; i < contenders.size(); ++i) {
        const std::string found = contenders[i].result();
        if (found == expected) continue;
        const auto at = static_cast<std::size_t>(
            std::mismatch(expected.begin(), expected.end(), found.begin(), found.end()).first - expected.begin());
        const std::size_t from = at < 60 ? 0 : at - 60;
        throw std::runtime_error(
            fmt::format("{} ({}): {} yields something else than ours at byte {}\n  ours: {}\n  {}: {}", name, database,
                        contenders[i].kind, at, expected.substr(from, 160), contenders[i].kind,
                        found.substr(std::min(from, found.size()), 160)));
    }
}

/// How many runs make a block of about a millisecond and a half: long enough for the clock, short enough that a
/// disturbance hits few blocks.
std::size_t block_size(const std::vector<Contender>& contenders) {
    constexpr double block = 1.5e6;
    double fastest = 1e18;
    for (const Contender& contender : contenders)
        for (int i = 0; i < 3; ++i) fastest = std::min(fastest, timed(contender, 1));
    std::size_t most = 100'000;
    for (const Contender& contender : contenders) most = std::min(most, contender.most);
    return std::clamp<std::size_t>(static_cast<std::size_t>(std::lround(block / fastest)), 1, most);
}

}  // namespace

double target(const Row& row) {
    if (row.baseline == "handwritten") return row.name == "point read" && row.database == "sqlite" ? 1.10 : 1.05;
    return row.baseline == "django" ? 1.0 / 30 : 1.0;
}

Suite::Suite(bool quick, std::string filter) : quick_(quick), filter_(std::move(filter)) {}

bool Suite::wants(const std::string& name, const std::string& database) const {
    return filter_.empty() || std::regex_search(name + " (" + database + ")", std::regex(filter_));
}

void Suite::measure(const std::string& name, const std::string& database, std::vector<Contender> contenders) {
    if (!wants(name, database)) return;
    fmt::print(stderr, "{} ({}) ...\n", name, database);
    check_equal(name, database, contenders);
    const std::size_t times = block_size(contenders);

    const std::size_t count = contenders.size();
    std::vector<std::vector<double>> found(count);
    const auto budget = std::chrono::duration<double>((quick_ ? 0.4 : 2.0) * static_cast<double>(count));
    const std::size_t most = quick_ ? 101 : 501;
    const auto start = Clock::now();
    for (std::size_t round = 0; round < most; ++round) {
        if (round >= 9 && Clock::now() - start > budget) break;
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t who = (i + round) % count;  // nobody is always the first
            if (times > 1) timed(contenders[who], 1);     // the caches are this one's again
            found[who].push_back(timed(contenders[who], times));
        }
    }
    const double ours = quantile(found[0], 0.5);
    for (std::size_t who = 1; who < count; ++who) {
        std::vector<double> ratios;
        for (std::size_t round = 0; round < found[0].size(); ++round)
            ratios.push_back(found[0][round] / found[who][round]);
        const double median = quantile(found[who], 0.5);
        rows_.push_back({name, database, ours, contenders[who].kind, median, ours / median,
                         quantile(ratios, 0.75) - quantile(ratios, 0.25)});
        fmt::print(stderr, "  ours {:>10}   {} {:>10}   ratio {:.3f} +- {:.3f}   ({} rounds of {})\n", human(ours),
                   contenders[who].kind, human(median), ours / median, rows_.back().spread, found[0].size(), times);
    }
}

void Suite::compare(const std::string& name, const std::string& database, const std::string& baseline,
                    double nanoseconds, double spread) {
    for (const Row& row : rows_) {
        if (row.name != name || row.database != database) continue;
        rows_.push_back(
            {name, database, row.ours_ns, baseline, nanoseconds, row.ours_ns / nanoseconds, spread});  // copies first
        return;
    }
}

void Suite::print() const {
    std::vector<Row> rows = rows_;
    std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
        return std::pair(a.baseline != "handwritten", a.database == "postgresql") <
               std::pair(b.baseline != "handwritten", b.database == "postgresql");
    });
    fmt::print("{:<34} {:<11} {:>10}  {:<12} {:>10} {:>7} {:>7} {:>7}\n", "name", "database", "ours", "baseline",
               "baseline", "ratio", "spread", "target");
    std::size_t missed = 0;
    for (const Row& row : rows) {
        const bool kept = row.ratio <= target(row);
        // Django's spread is of its own times, not of ratios.
        const bool sure = row.baseline == "django" || row.ratio - row.spread > target(row);
        if (!kept) ++missed;
        fmt::print("{:<34} {:<11} {:>10}  {:<12} {:>10} {:>7.3f} {:>7.3f} {:>7.3f}{}\n", row.name, row.database,
                   human(row.ours_ns), row.baseline, human(row.baseline_ns), row.ratio, row.spread, target(row),
                   kept   ? ""
                   : sure ? "  missed"
                          : "  missed by less than the spread");
    }
    if (missed > 0)
        fmt::print("{} of {} lines miss their target; docs/topics/speed.md says why\n", missed, rows.size());
    for (const std::string& text : notes_) fmt::print("note: {}\n", text);
}

void Suite::write_json(const std::string& path) const {
    boost::json::array rows;
    for (const Row& row : rows_)
        rows.push_back({{"name", row.name},
                        {"database", row.database},
                        {"ours_ns", row.ours_ns},
                        {"baseline", row.baseline},
                        {"baseline_ns", row.baseline_ns},
                        {"ratio", row.ratio},
                        {"spread", row.spread}});
    std::ofstream file(path);
    file << boost::json::serialize(rows) << '\n';
    if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

}  // namespace bench
