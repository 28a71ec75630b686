/// Form errors, and fields as components. Services fill Errors; pages show them beside the field, the value kept.
///
///     platform::Errors errors;  errors.add("email", tr("Enter an e-mail address."));
///     out.write<"{}">(platform::Field{.name = "email", .label = tr("E-mail"), .value = form.email, .type = "email",
///                                     .error = errors.of("email"), .required = true});
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "common/errors.hpp"
#include "web/html.hpp"

namespace platform {

/// A label, an input and what is wrong with it.
struct Field {
    std::string_view name;
    std::string_view label;
    std::string_view value{};
    std::string_view type = "text";
    std::string_view error{};
    std::string_view hint{};
    std::string_view autocomplete = "off";
    std::string_view placeholder{};
    std::size_t max_length = 255;
    bool required = false;
    void operator()(web::Html& out) const;
};

struct TextArea {
    std::string_view name;
    std::string_view label;
    std::string_view value{};
    std::string_view error{};
    std::string_view hint{};
    std::size_t max_length = 4000;
    int rows = 6;
    bool required = false;
    void operator()(web::Html& out) const;
};

/// One of a list: `options` are pairs of value and label.
struct Select {
    std::string_view name;
    std::string_view label;
    std::string_view value{};
    const std::vector<std::pair<std::string, std::string>>& options;
    std::string_view error{};
    std::string_view hint{};
    bool required = false;
    void operator()(web::Html& out) const;
};

/// The box above a form that was not accepted; nothing when there is no error.
struct FormErrors {
    const Errors& errors;
    void operator()(web::Html& out) const;
};

}  // namespace platform
