#include "orm/schema.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "orm/errors.hpp"

namespace orm::schema {

const Field* Model::find(std::string_view field_name) const {
    auto found = std::ranges::find(fields, field_name, &Field::name);
    return found == fields.end() ? nullptr : &*found;
}

const Field& Model::primary_key() const {
    auto found = std::ranges::find(fields, true, &Field::primary_key);
    if (found == fields.end()) throw ConfigurationError("the model " + label() + " has no primary key");
    return *found;
}

JoinColumns join_columns(std::string_view model, std::string_view target) {
    const bool namesakes = model == target;
    const auto column = [&](std::string_view side, std::string_view name) {
        return std::string(namesakes ? side : std::string_view()).append(name).append("_id");
    };
    return {column("from_", model), column("to_", target)};
}

std::string names_digest(const std::vector<std::string>& parts, int length) {
    std::string joined;
    for (const std::string& part : parts) joined += part;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (EVP_Digest(joined.data(), joined.size(), digest.data(), &size, EVP_md5(), nullptr) != 1)
        throw ConfigurationError(
            "OpenSSL refuses MD5, which Django's index names are made with (a FIPS-only provider?)");
    constexpr char hex[] = "0123456789abcdef";
    std::string result;
    for (unsigned int i = 0; i < size && result.size() < static_cast<std::size_t>(length); ++i) {
        result += hex[digest[i] >> 4];
        result += hex[digest[i] & 15];
    }
    result.resize(static_cast<std::size_t>(length));
    return result;
}

std::string index_name(const std::string& table, const std::vector<std::string>& columns, std::string_view suffix) {
    std::vector<std::string> parts{table};
    parts.insert(parts.end(), columns.begin(), columns.end());
    parts.emplace_back(suffix);
    std::string first = columns.empty() ? std::string() : columns.front();
    if (first.starts_with('-')) first.erase(0, 1);
    std::string name =
        table.substr(0, 11) + "_" + first.substr(0, 7) + "_" + names_digest(parts, 6) + "_" + std::string(suffix);
    if (name.front() == '_' || (name.front() >= '0' && name.front() <= '9')) name = "D" + name.substr(1);
    return name;
}

std::string constraint_name(const std::string& table, const std::vector<std::string>& columns, std::string_view suffix,
                            std::size_t max_length) {
    std::vector<std::string> parts{table};
    parts.insert(parts.end(), columns.begin(), columns.end());
    std::string tail = names_digest(parts, 8) + std::string(suffix);
    std::string joined;
    for (const std::string& column : columns) joined += (joined.empty() ? "" : "_") + column;
    std::string name = table + "_" + joined + "_" + tail;
    if (name.size() <= max_length) return name;
    if (tail.size() * 3 > max_length) tail.resize(max_length / 3);
    std::size_t other = (max_length - tail.size()) / 2 - 1;
    name = table.substr(0, other) + "_" + joined.substr(0, other) + "_" + tail;
    if (name.front() == '_' || (name.front() >= '0' && name.front() <= '9'))
        name = "D" + name.substr(0, name.size() - 1);
    return name;
}

std::string constraint_name(const std::string& table, const std::vector<std::string>& columns,
                            std::string_view suffix) {
    return constraint_name(table, columns, suffix, 63);
}

}  // namespace orm::schema
