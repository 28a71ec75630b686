#include "journal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

namespace checker {

Journal::Journal(const std::string& path, int generation)
    : descriptor_(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)), generation_(generation) {
    if (descriptor_ < 0) throw std::runtime_error("cannot write " + path);
}

Journal::~Journal() {
    close(descriptor_);
}

/// One write per line: the kernel has all of it or nothing, whatever happens to this process.
void Journal::write_line(const std::string& line) const {
    if (write(descriptor_, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
        throw std::runtime_error("the journal cannot be written");
}

std::string Journal::begin(const std::string& action, std::int64_t user, const std::string& target) {
    const std::string id = std::to_string(generation_) + "." + std::to_string(++count_);
    write_line("B " + id + " " + action + " " + std::to_string(user) + " " + (target.empty() ? "-" : target) + "\n");
    return id;
}

void Journal::end(const std::string& id, const std::string& outcome) {
    write_line("A " + id + " " + outcome + "\n");
}

std::vector<Entry> read_journal(const std::string& path) {
    std::vector<Entry> entries;
    std::map<std::string, std::size_t> places;
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) {
        std::istringstream words(line);
        std::string kind, id;
        words >> kind >> id;
        if (kind == "B") {
            Entry entry;
            entry.id = id;
            words >> entry.action >> entry.user >> entry.target;
            places[id] = entries.size();
            entries.push_back(entry);
        } else {
            std::string outcome;
            words >> outcome;
            entries.at(places.at(id)).outcome = outcome;
        }
    }
    return entries;
}

}  // namespace checker
