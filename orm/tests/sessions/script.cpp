#include "script.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace lock_script {
namespace {

std::vector<std::string> words_of(const std::string& line) {
    std::istringstream in(line.substr(0, line.find('#')));
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(word);
    return words;
}

std::string joined(const std::vector<std::string>& words, std::size_t from) {
    std::string result;
    for (std::size_t i = from; i < words.size(); ++i) result += (i > from ? " " : "") + words[i];
    return result;
}

class Reader {
  public:
    explicit Reader(const std::filesystem::path& file) : file_(file) { script_.name = file.stem().string(); }

    Script run() {
        std::ifstream in(file_);
        if (!in) throw std::runtime_error("cannot read " + file_.string());
        for (std::string line; std::getline(in, line);) {
            ++number_;
            const auto words = words_of(line);
            if (words.empty()) continue;
            if (line[0] == ' ')
                inner(words);
            else
                outer(words);
        }
        if (script_.orders.empty()) fail("the script has no order");
        return std::move(script_);
    }

  private:
    [[noreturn]] void fail(const std::string& what) const {
        throw std::runtime_error(file_.filename().string() + ":" + std::to_string(number_) + ": " + what);
    }

    void outer(const std::vector<std::string>& words) {
        session_.clear();
        if (words[0] == "rows" && words.size() == 2) {
            script_.rows = std::stoi(words[1]);
        } else if (words[0] == "session" && words.size() == 2) {
            session_ = words[1];
            if (!script_.sessions[session_].empty()) fail("session " + session_ + " twice");
        } else if (words.size() >= 3 && words[words.size() - 2] == "on" &&
                   (words[0] == "order" || words[0] == "every")) {
            Order order;
            order.number = number_;
            order.every = words[0] == "every";
            order.database = words.back();
            if (order.database != "postgres" && order.database != "sqlite") fail("no database " + order.database);
            script_.orders.push_back(order);
        } else {
            fail("expected rows N, session NAME, order on DATABASE or every order on DATABASE");
        }
    }

    void inner(std::vector<std::string> words) {
        if (!session_.empty()) {
            Step step;
            step.name = words[0];
            if (step.name.back() == ':') {  // lock: for_update 1
                step.name.pop_back();
                words.erase(words.begin());
                if (words.empty()) fail("what does " + step.name + " do?");
            }
            step.action = words[0];
            step.words.assign(words.begin() + 1, words.end());
            script_.sessions[session_].push_back(step);
            return;
        }
        if (script_.orders.empty()) fail("indented, but in no session and no order");
        Order& order = script_.orders.back();
        if (words[0] == "then") {
            if (words.size() < 4 || words[words.size() - 2] != "=") fail("expected then WHAT = VALUE");
            const std::string value = words.back();
            words.resize(words.size() - 2);
            order.then.push_back({number_, joined(words, 1), value});
            return;
        }
        if (order.every) fail("every order takes only then");
        order.lines.push_back(line(words));
    }

    Line line(const std::vector<std::string>& words) {
        Line result;
        result.number = number_;
        const auto dot = words[0].find('.');
        if (dot == std::string::npos) fail("expected SESSION.STEP");
        result.session = words[0].substr(0, dot);
        result.step = words[0].substr(dot + 1);
        try {
            script_.step(result.session, result.step);
        } catch (const std::runtime_error& e) {
            fail(e.what());
        }
        std::size_t i = 1;
        if (i < words.size() && words[i] == "ends") {
            result.begun = true;
            ++i;
        } else if (i + 3 < words.size() && words[i] == "still") {
            result.begun = true;
            ++i;
        }
        if (i + 2 < words.size() && words[i] == "waits" && words[i + 1] == "for") {
            for (i += 2; i < words.size(); ++i) {
                if (!script_.sessions.contains(words[i])) fail("no session " + words[i]);
                result.waits_for.push_back(words[i]);
            }
        }
        if (i + 1 < words.size() && words[i] == "->") {
            result.result = joined(words, i + 1);
            i = words.size();
        }
        if (i != words.size()) fail("expected ends, [still] waits for SESSION, or -> RESULT");
        return result;
    }

    std::filesystem::path file_;
    Script script_;
    std::string session_;
    int number_ = 0;
};

}  // namespace

const Step& Script::step(const std::string& session, const std::string& step_name) const {
    const auto found = sessions.find(session);
    if (found == sessions.end()) throw std::runtime_error("no session " + session);
    for (const Step& step : found->second)
        if (step.name == step_name) return step;
    throw std::runtime_error("session " + session + " has no step " + step_name);
}

Script read(const std::filesystem::path& file) {
    return Reader(file).run();
}

}  // namespace lock_script
