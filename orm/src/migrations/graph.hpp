// The order of migrations across apps.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "orm/migration.hpp"

namespace orm::migrations {

class Graph {
  public:
    // `applied` decides which squashed migrations stand in for what they replace.
    Graph(const Registry& registry, const std::set<Key>& applied);

    struct Node {
        const Migration* migration = nullptr;
        std::set<Key> parents, children;
    };
    const std::map<Key, Node>& nodes() const { return nodes_; }
    bool contains(const Key& key) const { return nodes_.contains(key); }
    std::vector<Key> leaves(const std::string& app = {}) const;
    std::vector<Key> roots(const std::string& app) const;
    // What must be applied for `key`, in order, itself last; and what must be undone with it, itself last.
    std::vector<Key> forwards(const Key& key) const;
    std::vector<Key> backwards(const Key& key) const;
    // Everything, in order.
    std::vector<Key> order() const;
    // The state that the given migrations build.
    schema::State state(const std::vector<Key>& keys) const;
    // Finds "0002" as "0002_event_venue". Throws MigrationError naming the candidates.
    Key find(const std::string& app, const std::string& prefix) const;
    // Throws MigrationError when an app ends in two leaves.
    void require_single_leaves() const;
    std::map<std::string, std::vector<std::string>> conflicts() const;

  private:
    void visit(const Key& key, bool down, std::map<Key, int>& colour, std::vector<Key>& path,
               std::vector<Key>& result) const;
    std::map<Key, Node> nodes_;
};

// Applies all operations of a migration to `state`, naming the migration in errors.
void apply_all(const Migration& migration, schema::State& state);

}  // namespace orm::migrations
