#include "common/form.hpp"

#include "common/text.hpp"

namespace platform {

namespace {

// The line under a field: what is wrong, else the hint.
void note(web::Html& out, std::string_view name, std::string_view error, std::string_view hint) {
    if (!error.empty())
        out.write<R"(<p class="field-error" id="{}-note">{}</p>)">(name, error);
    else if (!hint.empty())
        out.write<R"(<p class="field-hint" id="{}-note">{}</p>)">(name, hint);
}

void label(web::Html& out, std::string_view name, std::string_view text, bool required) {
    out.write<R"(<label for="{}">{}{}</label>)">(name, text, web::when(!required, [](web::Html& o) {
                                                     o.write<R"( <span class="optional">{}</span>)">(tr("optional"));
                                                 }));
}

std::string_view yes_no(bool flag) {
    return flag ? "true" : "false";
}

}  // namespace

void Field::operator()(web::Html& out) const {
    out.write<R"(<div class="field">)">();
    platform::label(out, name, label, required);
    out.write<
        R"(<input id="{}" name="{}" type="{}" value="{}" autocomplete="{}" placeholder="{}" maxlength="{}" aria-invalid="{}" aria-describedby="{}-note" {?required}>)">(
        name, name, type, value, autocomplete, placeholder, max_length, yes_no(!error.empty()), name, required);
    note(out, name, error, hint);
    out.write<"</div>">();
}

void TextArea::operator()(web::Html& out) const {
    out.write<R"(<div class="field">)">();
    platform::label(out, name, label, required);
    out.write<
        R"(<textarea id="{}" name="{}" rows="{}" maxlength="{}" aria-invalid="{}" aria-describedby="{}-note" {?required}>{}</textarea>)">(
        name, name, rows, max_length, yes_no(!error.empty()), name, required, value);
    note(out, name, error, hint);
    out.write<"</div>">();
}

void Select::operator()(web::Html& out) const {
    out.write<R"(<div class="field">)">();
    platform::label(out, name, label, required);
    out.write<R"(<select id="{}" name="{}" aria-invalid="{}" aria-describedby="{}-note" {?required}>{}</select>)">(
        name, name, yes_no(!error.empty()), name, required,
        web::each(options, [&](web::Html& o, const std::pair<std::string, std::string>& option) {
            o.write<R"(<option value="{}" {?selected}>{}</option>)">(option.first, option.first == value,
                                                                     option.second);
        }));
    note(out, name, error, hint);
    out.write<"</div>">();
}

void FormErrors::operator()(web::Html& out) const {
    if (errors.empty()) return;
    const std::string_view whole = errors.of("");
    out.write<R"(<div class="form-error" role="alert">{}</div>)">(
        whole.empty() ? tr("Please correct the marked fields.") : whole);
}

}  // namespace platform
