#include "accounts/pages.hpp"

#include <memory>

#include "accounts/language.hpp"
#include "accounts/services.hpp"
#include "common/flash.hpp"
#include "common/form.hpp"
#include "web/csrf.hpp"
#include "web/language.hpp"
#include "web/url.hpp"

namespace auth {

using platform::Errors;
using platform::Field;
using platform::tr;

namespace {

/// What the three pages share.
struct Accounts {
    platform::Context& context;
    const platform::Brand& brand;
    AccountOptions options;

    std::string home(const web::Request& request) const { return web::url(request, brand.home_of_member); }
    // AUTH-4: only a path on this host, never an address somewhere else.
    std::string next(const web::Request& request, std::string_view wanted, const std::string& otherwise) const {
        const std::string target = web::safe_next(wanted, otherwise);
        return target == platform::account_url(request, brand.logout) ? otherwise : target;
    }
};

std::string with_next(const web::Request& request, std::string_view path, std::string_view next) {
    std::string address = platform::account_url(request, path);
    if (next.empty()) return address;
    web::Params query;
    query.add("next", std::string(next));
    return address + "?" + web::build_query(query);
}

// A form in the middle of a page of its own.
template <class Body>
web::Response form_page(web::Request& request, const Accounts& accounts, std::string_view title, std::string_view lead,
                        const Errors& errors, const Body& body) {
    return platform::page(
        request, {.title = std::string(title)},
        [&](web::Html& out) {
            out.write<R"(<section class="section"><div class="wrap form-page">
<p class="eyebrow">{}</p><h1>{}</h1><p class="lead">{}</p>
<form class="form-card" method="post" novalidate>{}{}{}</form></div></section>)">(
                accounts.brand.name, title, lead, web::csrf_field(request), platform::FormErrors{errors}, body);
        },
        errors.empty() ? 200 : 422);
}

web::Response log_in_page(web::Request& request, const Accounts& accounts, std::string_view email,
                          std::string_view next, const Errors& errors) {
    return form_page(request, accounts, tr("Welcome back"), tr("Log in with your e-mail address."), errors,
                     [&](web::Html& out) {
                         out.write<R"(<input type="hidden" name="next" value="{}">{}{}
<button class="button wide">{}</button><p class="form-foot">{} <a href="{}">{}</a></p>)">(
                             next,
                             Field{.name = "email",
                                   .label = tr("E-mail address"),
                                   .value = email,
                                   .type = "email",
                                   .autocomplete = "username",
                                   .max_length = 254,
                                   .required = true},
                             Field{.name = "password",
                                   .label = tr("Password"),
                                   .type = "password",
                                   .autocomplete = "current-password",
                                   .max_length = 1024,
                                   .required = true},
                             tr("Log in"), tr("New here?"), with_next(request, accounts.brand.signup, next),
                             tr("Create an account"));
                     });
}

web::Response log_in_handler(web::Request& request, const Accounts& accounts) {
    const std::string wanted(request.is_post() ? request.form().get("next") : request.query().get("next"));
    if (request.is_get()) {
        if (user(request) != nullptr)
            return web::Response::redirect(accounts.next(request, wanted, accounts.home(request)), 302);
        return log_in_page(request, accounts, {}, wanted, {});
    }
    const std::string email(request.form().get("email"));
    const auto found = log_in(accounts.context.db, email, request.form().get("password"));
    if (!found) {
        Errors errors;
        errors.add("", tr("The e-mail address and the password do not go together."));
        return log_in_page(request, accounts, email, wanted, errors);
    }
    start_session(request, *found);
    std::string target = accounts.home(request);
    if (accounts.options.after_log_in)
        if (const auto path = accounts.options.after_log_in(request, *found)) target = web::url(request, *path);
    return web::Response::redirect(accounts.next(request, wanted, target));
}

void sign_up_fields(web::Html& out, const Accounts& accounts, const web::Params& form, const Errors& errors) {
    const auto field = [&](std::string_view name, std::string_view label, std::string_view type,
                           std::string_view autocomplete, std::size_t length, std::string_view hint = {}) {
        return Field{.name = name,
                     .label = label,
                     .value = type == "password" ? std::string_view() : form.get(name),
                     .type = type,
                     .error = errors.of(name),
                     .hint = hint,
                     .autocomplete = autocomplete,
                     .max_length = length,
                     .required = true};
    };
    if (accounts.options.ask_names)
        out.write<R"(<div class="fields-2">{}{}</div>)">(
            field("first_name", tr("First name"), "text", "given-name", 30),
            field("last_name", tr("Last name"), "text", "family-name", 30));
    for (const ExtraField& extra : accounts.options.extra)
        out.write<"{}">(field(extra.name, tr(extra.label), "text", extra.autocomplete, extra.max_length));
    out.write<"{}{}{}">(field("email", tr("E-mail address"), "email", "email", 254),
                        field("password", tr("Password"), "password", "new-password", 1024,
                              tr("At least 8 characters, and nothing that is easy to guess.")),
                        field("password2", tr("Password again"), "password", "new-password", 1024));
}

web::Response sign_up_page(web::Request& request, const Accounts& accounts, const web::Params& form,
                           std::string_view next, const Errors& errors) {
    return form_page(request, accounts, tr("Create your account"), tr("One account serves all our platforms."), errors,
                     [&](web::Html& out) {
                         out.write<R"(<input type="hidden" name="next" value="{}">{}
<button class="button wide">{}</button><p class="form-foot">{} <a href="{}">{}</a></p>)">(
                             next, [&](web::Html& o) { sign_up_fields(o, accounts, form, errors); }, tr("Sign up"),
                             tr("Already a member?"), with_next(request, accounts.brand.login, next), tr("Log in"));
                     });
}

// Blanks alone are no answer.
Errors check_extra(const std::vector<ExtraField>& fields, const web::Params& form) {
    Errors errors;
    for (const ExtraField& field : fields) {
        const std::string_view value = web::trim(form.get(field.name));
        if (value.empty()) errors.add(std::string(field.name), tr("Please fill this in."));
        try {
            if (orm::count_code_points(value) > field.max_length)
                errors.add(std::string(field.name), tr("This is too long."));
        } catch (const orm::ValidationError&) {
            errors.add(std::string(field.name), tr("This contains characters that we cannot store."));
        }
    }
    return errors;
}

web::Response sign_up_handler(web::Request& request, const Accounts& accounts) {
    if (request.is_get()) {
        if (user(request) != nullptr) return web::Response::redirect(accounts.home(request), 302);
        return sign_up_page(request, accounts, {}, request.query().get("next"), {});
    }
    const web::Params& form = request.form();
    const auto text = [&](std::string_view name) { return std::string(form.get(name)); };
    const auto result = sign_up(accounts.context.db,
                                {.email = text("email"),
                                 .password = text("password"),
                                 .password2 = text("password2"),
                                 .first_name = accounts.options.ask_names ? text("first_name") : std::string(),
                                 .last_name = accounts.options.ask_names ? text("last_name") : std::string(),
                                 .names_required = accounts.options.ask_names,
                                 .other_errors = check_extra(accounts.options.extra, form)},
                                [&](orm::Transaction& tx, const User& fresh) {
                                    remember_language(tx, fresh.id, web::language(request));
                                    if (accounts.options.on_sign_up) accounts.options.on_sign_up(tx, fresh, form);
                                });
    if (!result.user) return sign_up_page(request, accounts, form, form.get("next"), result.errors);
    start_session(request, *result.user);
    platform::flash(request, tr("Welcome! Your account is ready."));
    return web::Response::redirect(
        accounts.next(request, form.get("next"), web::url(request, accounts.options.after_sign_up)));
}

web::Response log_out_handler(web::Request& request) {
    end_session(request);
    platform::flash(request, tr("You are logged out. See you soon."), platform::Tone::info);
    return web::Response::redirect(web::url(request, "/"));
}

}  // namespace

void add_account_pages(web::Site& site, platform::Context& context, const platform::Brand& brand,
                       AccountOptions options) {
    auto accounts = std::make_shared<Accounts>(Accounts{context, brand, std::move(options)});
    const auto routes = [&](std::string_view path) -> web::Routes& {
        return path.starts_with("/accounts/") ? site.plain() : site.pages();
    };
    routes(brand.login).route(web::get_post, std::string(brand.login), [accounts](web::Request& request) {
        return log_in_handler(request, *accounts);
    });
    routes(brand.signup).route(web::get_post, std::string(brand.signup), [accounts](web::Request& request) {
        return sign_up_handler(request, *accounts);
    });
    routes(brand.logout).post(std::string(brand.logout), log_out_handler);
}

}  // namespace auth
