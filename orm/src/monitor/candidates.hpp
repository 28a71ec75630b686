// Which columns of a statement an index might help: read from its text, to be proved afterwards.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace orm::monitor {

/// Tables of a database and their columns.
using Columns = std::map<std::string, std::set<std::string>>;

/// Index columns as CREATE INDEX takes them, quoted, some with DESC.
using Candidate = std::vector<std::string>;

/// By table: what is compared or ordered by in `sql`. Column lists worth trying, the shortest first: equal columns with
/// a range, equal ones with the order, each alone. At most a dozen for a table. A guess, in both directions: a column
/// that stands in no condition costs one more trial.
std::map<std::string, std::vector<Candidate>> index_candidates(std::string_view sql, const Columns& columns);

/// The aliases under which `sql` uses `table`, its own name among them.
std::set<std::string> aliases_of(std::string_view sql, const std::string& table, const Columns& columns);

}  // namespace orm::monitor
