#include "peers/django.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <boost/process.hpp>
#include <set>

namespace bench {

namespace {

/// measure.py, which answers each line with a line of JSON.
class Django {
  public:
    Django(const Data& data, const std::string& script)
        : process_("/usr/bin/python3", script, data.database, data.sqlite() ? data.path : data.url, facts(data),
                   boost::process::std_in<orders_, boost::process::std_out> answers_) {
        std::string line;
        if (!std::getline(answers_, line)) return;
        const boost::json::value names = boost::json::parse(line);
        for (const auto& name : names.as_array()) names_.emplace(name.as_string());
    }
    ~Django() {
        orders_.pipe().close();  // it ends with its input
        std::error_code ignored;
        process_.wait(ignored);
    }
    bool ready() const { return !names_.empty(); }
    bool knows(const std::string& name) const { return names_.count(name) > 0; }
    /// Does the work so many times; `times` 0: once, and tells what it yielded.
    std::string ask(const std::string& name, std::size_t times) {
        orders_ << times << ' ' << name << std::endl;
        std::string line;
        if (!std::getline(answers_, line)) throw std::runtime_error("django failed at " + name + " (see above)");
        return std::string(boost::json::parse(line).as_string());
    }

  private:
    static std::string facts(const Data& data) {
        const Facts& f = data.facts;
        return boost::json::serialize(boost::json::object{{"now", orm::to_string(f.now)},
                                                          {"viewer", f.viewer.value},
                                                          {"meeting", f.meeting.value},
                                                          {"meeting_date", orm::to_string(f.meeting_date)},
                                                          {"open", f.open.value},
                                                          {"journey", f.journey.value},
                                                          {"submission", f.submission.value}});
    }
    boost::process::opstream orders_;
    boost::process::ipstream answers_;
    boost::process::child process_;
    std::set<std::string> names_;
};

}  // namespace

void invite_django(Suite& suite, Data& data, const std::string& script) {
    if (script.empty()) return;
    auto django = std::make_shared<Django>(data, script);
    if (!django->ready())
        return suite.note("django left out on " + data.database + ": it is not installed, or failed (see above)");
    suite.invite([django](const std::string& name, const Contender& ours) -> std::optional<Contender> {
        if (!django->knows(name)) return std::nullopt;
        Contender contender{"django", [=](std::size_t times) { django->ask(name, times); },
                            [=, look = ours.look, reset = ours.reset] {
                                std::string yielded = django->ask(name, 0);
                                if (!look) return yielded;
                                std::string found = look();
                                reset();
                                return found;
                            },
                            ours.reset, ours.most};
        contender.slow = true;
        return contender;
    });
}

}  // namespace bench
