#include "vinsdelux/pages.hpp"

#include <algorithm>

#include "common/form.hpp"
#include "common/layout.hpp"
#include "vinsdelux/services.hpp"
#include "web/language.hpp"

namespace vinsdelux {

using platform::tr;
using platform::tr_n;

namespace {

std::string joined(const std::vector<orm::Char<100>>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

// Up to the end of a word, for cards.
std::string beginning(std::string_view text, std::size_t most) {
    if (text.size() <= most) return std::string(text);
    const std::size_t end = text.rfind(' ', most);
    return std::string(text.substr(0, end == text.npos ? 0 : end)) + " …";
}

std::string money(orm::Decimal<8, 2> price) {
    std::string text = price.to_string();
    if (text.ends_with(".00")) text.resize(text.size() - 3);
    return "€ " + text;
}

void producer_card(web::Html& out, web::Request& request, const ProducerCard& card) {
    const VdlProducer& producer = card.producer;
    out.write<R"(<li class="card card-link producer"><p class="eyebrow">{}</p><h3><a href="{}">{}</a></h3>
<p class="grow">{}</p><ul class="badges"><li class="badge quiet">{}</li>{}</ul></li>)">(
        producer.region, web::url(request, "/producers/" + std::to_string(producer.id.value) + "/"), producer.name,
        beginning(producer.description, 150), tr_n("{} plot", "{} plots", card.plots),
        web::when(card.available > 0, [&](web::Html& o) {
            o.write<R"(<li class="badge good">{}</li>)">(tr_n("{} to adopt", "{} to adopt", card.available));
        }));
}

struct StoryStep {
    std::string_view title, text;
};
constexpr StoryStep story[] = {
    {"Choose your plot", "Walk the slopes from your chair: soil, height, grapes, and who tends them."},
    {"Make it yours", "Pick an adoption plan and put your name on the row."},
    {"Follow the year", "Pruning, flowering, harvest: the producer writes as the vines go on."},
    {"Receive and taste", "Your coffret arrives, bottled from the plot you adopted."},
    {"Leave a legacy", "Come back each year, or pass your row on to somebody you love."}};

web::Response home(web::Request& request, platform::Context& context) {
    const auto cards = featured_producers(context.db, orm::utc_now());
    return platform::page(request, {}, [&](web::Html& out) {
        out.write<R"(<section class="hero"><div class="wrap">
<p class="eyebrow">{}</p><h1>{}</h1><p class="lead">{}</p>
<p class="actions"><a class="button" href="{}">{}</a></p></div></section>)">(
            tr("Luxembourg · Moselle"), tr("A row of vines with your name on it"),
            tr("Adopt a plot at one of the family estates along the river, follow it through the seasons, and drink "
               "what it gave."),
            web::url(request, "/producers/"), tr("Meet the producers"));
        out.write<
            R"(<section class="section"><div class="wrap"><div class="head"><h2>{}</h2><a href="{}">{}</a></div>)">(
            tr("Estates to begin with"), web::url(request, "/producers/"), tr("All producers"));
        if (cards.empty())
            out.write<R"(<p class="empty">{}</p>)">(tr("The first producers will be presented here soon."));
        else
            out.write<R"(<ul class="grid small">{}</ul>)">(
                web::each(cards, [&](web::Html& o, const ProducerCard& card) { producer_card(o, request, card); }));
        out.write<
            R"(</div></section><section class="section"><div class="wrap"><h2>{}</h2><ol class="story">{}</ol></div></section>)">(
            tr("Five steps from vine to glass"), web::each(story, [](web::Html& o, const StoryStep& step) {
                o.write<"<li><h3>{}</h3><p>{}</p></li>">(tr(step.title), tr(step.text));
            }));
    });
}

web::Response list_producers(web::Request& request, platform::Context& context) {
    const std::string region(web::trim(request.query().get("region")));
    const auto cards = producers(context.db, orm::utc_now(), region);
    std::vector<std::pair<std::string, std::string>> options{{"", std::string(tr("All regions"))}};
    for (const std::string& name : regions(context.db)) options.emplace_back(name, name);
    return platform::page(request, {.title = std::string(tr("Producers"))}, [&](web::Html& out) {
        out.write<
            R"(<section class="section"><div class="wrap"><div class="head"><div><p class="eyebrow">{}</p><h1>{}</h1></div>
<form class="inline-form" method="get">{}<button class="button secondary">{}</button></form></div>)">(
            tr_n("{} estate", "{} estates", static_cast<std::int64_t>(cards.size())), tr("Our producers"),
            platform::Select{
                .name = "region", .label = tr("Region"), .value = region, .options = options, .required = true},
            tr("Show"));
        if (cards.empty())
            out.write<R"(<p class="empty">{} <a href="{}">{}</a></p>)">(
                tr("No producer here yet."), web::url(request, "/producers/"), tr("Show all producers"));
        else
            out.write<R"(<ul class="grid">{}</ul>)">(
                web::each(cards, [&](web::Html& o, const ProducerCard& card) { producer_card(o, request, card); }));
        out.write<"</div></section>">();
    });
}

void plot_card(web::Html& out, const PlotCard& card) {
    const VdlPlot& plot = card.plot;
    const auto state = card.available ? tr("Available") : card.held ? tr("Reserved") : tr(orm::label_of(plot.status));
    out.write<R"(<li class="card plot"><ul class="badges"><li class="badge {} {}">{}</li></ul><h3>{}</h3>
<dl class="facts"><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{} ha</dd><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{} m</dd></dl>{}</li>)">(
        card.available ? "good" : "quiet", card.available ? "free" : "taken", state, plot.name, tr("Grapes"),
        joined(plot.grape_varieties), tr("Size"), plot.size_hectares.to_string(), tr("Soil"), plot.soil_type,
        tr("Height"), plot.elevation, web::when(card.available && !card.plans.empty(), [&](web::Html& o) {
            o.write<R"(<p class="from">{} <strong>{}</strong></p>)">(tr("Plans from"),
                                                                     money(card.plans.front().plan.price));
        }));
}

void plan_card(web::Html& out, const OfferedPlan& offer) {
    out.write<R"(<li class="card plan"><h3>{}</h3><p class="price">{}</p><p class="muted">{} · {}</p>
<p><strong>{}</strong> ({})</p><p class="small-print">{}</p></li>)">(
        offer.plan.name, money(offer.plan.price), tr_n("{} month", "{} months", offer.plan.duration_months),
        tr("one plot"), offer.coffret.name, tr_n("{} bottle", "{} bottles", offer.coffret.bottles),
        beginning(offer.coffret.description, 160));
}

web::Response show_producer(web::Request& request, platform::Context& context) {
    const auto found = producer_page(context.db, orm::Id<VdlProducer>(request.id("id")), orm::utc_now());
    if (!found) throw web::HttpError(404, "This producer is not with us.");
    const auto& [producer, plots, plans] = *found;
    const auto free = std::count_if(plots.begin(), plots.end(), [](const PlotCard& card) { return card.available; });
    return platform::page(
        request, {.title = producer.name, .description = beginning(producer.description, 155)}, [&](web::Html& out) {
            out.write<
                R"(<section class="hero small"><div class="wrap"><p class="eyebrow">{}</p><h1>{}</h1><p class="lead">{}</p>
<ul class="badges"><li class="badge quiet">{}</li><li class="badge good">{}</li></ul></div></section>)">(
                producer.region, producer.name, producer.description,
                tr_n("{} plot", "{} plots", static_cast<std::int64_t>(plots.size())),
                tr_n("{} to adopt", "{} to adopt", free));
            out.write<R"(<section class="section"><div class="wrap"><h2>{}</h2>)">(tr("Plots"));
            if (plots.empty())
                out.write<R"(<p class="empty">{}</p>)">(tr("This estate has not opened its plots yet."));
            else
                out.write<R"(<ul class="grid">{}</ul>)">(web::each(plots, plot_card));
            out.write<"</div></section>">();
            if (!plans.empty())
                out.write<
                    R"(<section class="section"><div class="wrap"><h2>{}</h2><p class="lead">{}</p><ul class="grid">{}</ul></div></section>)">(
                    tr("Adoption plans"), tr("What you receive, and for how long the row is yours."),
                    web::each(plans, plan_card));
        });
}

}  // namespace

void add_pages(web::Site& site, platform::Context& context) {
    const auto with = [&context](web::Response (*handler)(web::Request&, platform::Context&)) -> web::Handler {
        return [&context, handler](web::Request& request) { return handler(request, context); };
    };
    site.pages().get("/", with(home));
    site.pages().get("/producers/", with(list_producers));
    site.pages().get("/producers/{id:int}/", with(show_producer));
}

}  // namespace vinsdelux
