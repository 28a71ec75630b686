// A stranger's program: one model, one table, one query.
#include <iostream>

#include "orm/migration.hpp"
#include "orm/orm.hpp"

struct Vineyard {
    orm::Id<Vineyard> id;
    orm::Char<100> village;
    orm::Decimal<5, 2> hectares;

    static consteval auto meta() { return orm::model<"wine", "vineyard">(orm::ordering<&Vineyard::village>); }
};

int main() {
    orm::Database db("sqlite::memory:");
    db.with_connection(true, std::source_location::current(), [](orm::Connection& connection) {
        orm::migrations::create_all(connection, orm::schema::state_of<Vineyard>());
    });
    Vineyard ahn;
    ahn.village = "Ahn";
    ahn.hectares = orm::Decimal<5, 2>("0.75");
    db.insert(ahn);
    for (const Vineyard& v : db.all(orm::select<Vineyard> | orm::filter(orm::f<&Vineyard::hectares> < 1)))
        std::cout << v.village << ' ' << v.hectares.to_string() << '\n';
}
