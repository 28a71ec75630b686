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

/// How often a contender runs in its block, and in which of the rounds it has one.
struct Turn {
    std::size_t times = 1;
    std::size_t every = 1;
};

/// A block is about a millisecond and a half: long enough for the clock, short enough that a disturbance hits few
/// blocks. A slow contender's is ten times as long, because its orders come through a pipe; in all it gets about as
/// much time as the others together.
std::vector<Turn> turns(const std::vector<Contender>& contenders) {
    constexpr double block = 1.5e6;
    const auto runs = [](double time, double each, std::size_t most) {
        return std::clamp<std::size_t>(static_cast<std::size_t>(std::lround(time / each)), 1, most);
    };
    double fastest = 1e18, round = 0;
    std::size_t most = 100'000;
    for (const Contender& contender : contenders) {
        if (contender.slow) continue;
        for (int i = 0; i < 3; ++i) fastest = std::min(fastest, timed(contender, 1));
        most = std::min(most, contender.most);
    }
    std::vector<Turn> result(contenders.size(), {runs(block, fastest, most), 1});
    for (const Contender& contender : contenders)
        if (!contender.slow) round += fastest * static_cast<double>(result[0].times);
    for (std::size_t i = 0; i < contenders.size(); ++i) {
        if (!contenders[i].slow) continue;
        double own = 1e18;
        for (int k = 0; k < 3; ++k) own = std::min(own, timed(contenders[i], 1));
        result[i].times = runs(10 * block, own, contenders[i].most);
        result[i].every = runs(own * static_cast<double>(result[i].times), round, 100);
    }
    return result;
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
    if (guest_)
        if (auto guest = guest_(name, contenders.front())) contenders.push_back(std::move(*guest));
    check_equal(name, database, contenders);
    const std::vector<Turn> turn = turns(contenders);

    const std::size_t count = contenders.size();
    std::vector<std::vector<double>> found(count), ratios(count);
    const auto budget = std::chrono::duration<double>((quick_ ? 0.4 : 2.0) * static_cast<double>(count));
    const std::size_t most = quick_ ? 101 : 501;
    const auto start = Clock::now();
    const auto seen = [&] { return std::all_of(found.begin(), found.end(), [](auto& f) { return f.size() >= 9; }); };
    for (std::size_t round = 0; round < most || !seen(); ++round) {
        if (seen() && Clock::now() - start > budget) break;
        std::vector<double> times(count);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t who = (i + round) % count;  // nobody is always the first
            if (round % turn[who].every != 0) continue;
            if (turn[who].times > 1) timed(contenders[who], 1);  // the caches are this one's again
            found[who].push_back(times[who] = timed(contenders[who], turn[who].times));
        }
        for (std::size_t who = 1; who < count; ++who)
            if (times[who] > 0) ratios[who].push_back(times[0] / times[who]);
    }
    const double ours = quantile(found[0], 0.5);
    for (std::size_t who = 1; who < count; ++who) {
        const double median = quantile(found[who], 0.5);
        rows_.push_back({name, database, ours, contenders[who].kind, median, ours / median,
                         quantile(ratios[who], 0.75) - quantile(ratios[who], 0.25)});
        fmt::print(stderr, "  ours {:>10}   {} {:>10}   ratio {:.3f} +- {:.3f}   ({} rounds of {})\n", human(ours),
                   contenders[who].kind, human(median), ours / median, rows_.back().spread, found[who].size(),
                   turn[who].times);
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
        const bool sure = row.ratio - row.spread > target(row);
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
