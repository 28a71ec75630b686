#include "predicate_operators.hpp"

#include <algorithm>

#include "orm/errors.hpp"
#include "validate.hpp"

namespace orm::detail {

namespace {

constexpr std::pair<std::string_view, Test> tests[] = {
    {"exact", Test::exact},
    {"iexact", Test::iexact},
    {"contains", Test::contains},
    {"icontains", Test::icontains},
    {"startswith", Test::startswith},
    {"istartswith", Test::istartswith},
    {"endswith", Test::endswith},
    {"iendswith", Test::iendswith},
    {"gt", Test::gt},
    {"gte", Test::gte},
    {"lt", Test::lt},
    {"lte", Test::lte},
    {"in", Test::in},
    {"range", Test::range},
    {"overlap", Test::overlap},
    {"date", Test::date},
    {"year", Test::year},
    {"isnull", Test::isnull},
};

sql::Op operator_of(Test test) {
    switch (test) {
        case Test::exact:
            return sql::Op::eq;
        case Test::iexact:
            return sql::Op::iexact;
        case Test::contains:
            return sql::Op::contains;
        case Test::icontains:
            return sql::Op::icontains;
        case Test::startswith:
            return sql::Op::starts_with;
        case Test::istartswith:
            return sql::Op::istarts_with;
        case Test::endswith:
            return sql::Op::ends_with;
        case Test::iendswith:
            return sql::Op::iends_with;
        case Test::gt:
            return sql::Op::gt;
        case Test::gte:
            return sql::Op::ge;
        case Test::lt:
            return sql::Op::lt;
        case Test::lte:
            return sql::Op::le;
        case Test::in:
            return sql::Op::in_array;
        case Test::overlap:
            return sql::Op::array_overlaps;
        case Test::isnull:
            return sql::Op::is_null;
        case Test::range:
        case Test::date:
        case Test::year:
            break;  // are two conditions
    }
    return sql::Op::eq;
}

/// Values separated by commas, for a field of this type or an array of such.
Stored parse_list(const TypeInfo& type, std::string_view text) {
    const std::vector<std::string> parts = split(text, ",");
    if (type.kind == Kind::text || type.kind == Kind::enumeration) {
        std::vector<std::string> values;
        for (const std::string& part : parts) values.push_back(std::get<std::string>(parse_value(type, part)));
        return values;
    }
    if (type.kind != Kind::int16 && type.kind != Kind::int32 && type.kind != Kind::int64)
        throw ValidationError("arrays of this type cannot be searched by text");
    std::vector<std::int64_t> values;
    for (const std::string& part : parts) {
        const std::int64_t value = values.emplace_back(parse_integer(part));
        const std::int64_t most = type.kind == Kind::int16   ? INT16_MAX
                                  : type.kind == Kind::int32 ? INT32_MAX
                                                             : INT64_MAX;
        if (value > most || value < -most - 1) throw ValidationError(part + " is out of the field's range");
    }
    return values;
}

}  // namespace

sql::Op operator_of(Test test, Kind kind) {
    if (test == Test::contains && kind == Kind::array) return sql::Op::array_contains;
    if (test == Test::contains && kind == Kind::json) return sql::Op::json_contains;
    return operator_of(test);
}

std::optional<Test> test_named(std::string_view name) {
    const auto found = std::find_if(std::begin(tests), std::end(tests), [&](const auto& t) { return t.first == name; });
    if (found == std::end(tests)) return std::nullopt;
    return found->second;
}

void check_test(Test test, Kind kind) {
    const bool text_test = test >= Test::iexact && test <= Test::iendswith;
    const bool contains = test == Test::contains && (kind == Kind::array || kind == Kind::json);
    if (text_test && kind != Kind::text && !contains) throw ValidationError("is no text, which this operator tests");
    if (test == Test::overlap && kind != Kind::array) throw ValidationError("is no array, which this operator tests");
}

std::pair<Date, Date> period(Test test, Kind kind, std::string_view value) {
    using namespace std::chrono;
    if (kind != Kind::timestamp && (kind != Kind::date || test == Test::date))
        throw ValidationError("is no time, of which this operator takes a part");
    if (test == Test::date) {
        const Date day = parse_date(value);
        return {day, Date(sys_days(day) + days(1))};
    }
    const std::int64_t number = parse_integer(value);
    if (number < 1 || number > int(last_year)) throw ValidationError(std::to_string(number) + " is no year");
    const year first(static_cast<int>(number));
    return {first / 1 / 1, (first + years(1)) / 1 / 1};
}

Stored parse_operand(Test test, const TypeInfo& type, std::string_view text) {
    if (test == Test::in) return parse_list(type, text);
    if (type.kind == Kind::array && (test == Test::contains || test == Test::overlap))
        return parse_list(*type.array->element, text);
    if (type.kind == Kind::json && test == Test::contains) {
        Json document{std::string(text)};
        const Param param{&type_info<Json>, &document};
        validate(std::span(&param, 1));
        return document;
    }
    return parse_value(type, text);
}

}  // namespace orm::detail
