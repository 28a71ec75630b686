/// Random values of every kind that a column can have, and random rows of any model.
///
///     orm::test::Random random(orm::test::seed());      // ORM_TEST_SEED repeats a run
///     random.know(users);                               // keys for foreign keys: each in turn, so that pairs differ
///     auto row = random.row<Event>();                   // then `obey(Event&, int)` beside the model, for its checks
#pragma once

#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "orm/orm.hpp"

namespace orm::test {

inline std::uint64_t seed() {
    const char* given = std::getenv("ORM_TEST_SEED");
    return given ? std::stoull(given) : std::random_device{}();
}

/// A JSON document as it is written, and as PostgreSQL's jsonb lays it out: keys by length and bytes, the last of
/// equal ones, one blank behind `:` and `,`, numbers without exponent but with all their digits, few escapes.
struct Document {
    std::string written, kept;
};

class Random {
  public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}

    template <class M>
    M row() {
        M made{};
        fill_row(made);
        return made;
    }
    /// Other values under the same key.
    template <auto Key, class M>
    void refill(M& row) {
        auto key = row.*Key;
        row = this->row<M>();
        row.*Key = std::move(key);
    }
    template <class M>
    void know(const std::vector<M>& rows) {
        for (const M& row : rows) keys_[&info<M>()].known.push_back(row.id.value);
    }

    template <class T>
    void fill(T& value) {
        if constexpr (is_optional<T>) {
            value.reset();
            if (one_in(2)) fill(value.emplace());
        } else if constexpr (ForeignKeyType<T>) {
            value = Id<typename T::model>(next_key(info<typename T::model>()));
        } else if constexpr (detail::IsVector<T>::value) {
            value.clear();
            for (auto n = between(0, 5); n > 0; --n) fill(value.emplace_back());
            in_array(value);
        } else if constexpr (std::is_enum_v<T>) {
            value = static_cast<T>(between(0, std::ssize(enum_names<T>) - 1));
        } else if constexpr (std::derived_from<T, std::string>) {
            if constexpr (requires { T::max_length; })
                static_cast<std::string&>(value) = text(static_cast<std::int64_t>(T::max_length));
            else
                static_cast<std::string&>(value) = text(400);
        } else if constexpr (is_decimal<T>) {
            // SQLite keeps 15 digits where there is a fraction.
            const std::int64_t most = detail::power_of_ten(T::scale > 0 && T::digits > 15 ? 15 : T::digits) - 1;
            value = T::from_units(one_in(8) ? most : one_in(8) ? -most : between(-most, most));
        } else if constexpr (std::same_as<T, bool>) {
            value = one_in(2);
        } else if constexpr (std::integral<T>) {
            value = integer<T>();
        } else if constexpr (std::same_as<T, double>) {
            value = real();
        } else if constexpr (std::same_as<T, Timestamp>) {
            value = Timestamp(std::chrono::microseconds(
                one_in(4) ? time_edge() : between(-62'135'596'800'000'000, 253'402'300'799'999'999)));
        } else if constexpr (std::same_as<T, Date>) {
            // The first and last day that there is, those around 1970, a leap day.
            static constexpr int edges[] = {-719'162, 2'932'896, -1, 0, 1, 11'016};
            value = std::chrono::sys_days(
                std::chrono::days(one_in(4) ? edges[between(0, std::ssize(edges) - 1)] : between(-719'162, 2'932'896)));
        } else if constexpr (std::same_as<T, Json>) {
            Document made = document();
            value = Json(made.written);
            kept_[made.written] = std::move(made.kept);
        } else {
            static_assert(is_id<T> ||
                          is_many_to_many<T>);  // keys are the database's, join tables have rows of their own
        }
    }

    /// Whether `stored` is what `dialect` is to keep of `written`.
    template <class T>
    bool kept(const T& stored, const T& written, Dialect dialect) const {
        if constexpr (is_optional<T>) {
            return stored.has_value() == written.has_value() && (!stored || kept(*stored, *written, dialect));
        } else if constexpr (std::same_as<T, std::vector<double>>) {  // JSON on SQLite, which keeps -0.0
            return std::equal(stored.begin(), stored.end(), written.begin(), written.end(), same_bits);
        } else if constexpr (std::same_as<T, double>) {
            return same_bits(stored, dialect == Dialect::sqlite && written == 0 ? 0.0 : written);
        } else if constexpr (std::same_as<T, Json>) {
            const auto found = kept_.find(written.text);
            return stored.text == (dialect == Dialect::postgres && found != kept_.end() ? found->second : written.text);
        } else {
            return stored == written;
        }
    }

    /// The members that are not what was to be kept. `upserted`: of a row that was there already, whose time of
    /// insertion stays.
    template <class M>
    std::string lost(const M& stored, const M& written, Dialect dialect, bool upserted = false) const {
        std::string names;
        const auto compare = [&]<std::size_t... Index>(std::index_sequence<Index...>) {
            const auto one = [&]<std::size_t I>() {
                const MemberInfo* member = info<M>().find(member_names<M>[I]);
                if (upserted && member && member->auto_now_add) return;
                if (!kept(boost::pfr::get<I>(stored), boost::pfr::get<I>(written), dialect))
                    names += info<M>().class_name + "." + std::string(member_names<M>[I]) + " ";
            };
            (one.template operator()<Index>(), ...);
        };
        compare(std::make_index_sequence<boost::pfr::tuple_size_v<M>>{});
        return names;
    }

    std::int64_t between(std::int64_t low, std::int64_t high) {
        return std::uniform_int_distribution(low, high)(engine_);
    }
    bool one_in(int n) { return between(1, n) == 1; }
    std::string text(std::int64_t longest);
    Document document();

  private:
    struct Keys {
        std::vector<std::int64_t> known;
        std::size_t next = 0;
    };
    static bool same_bits(double a, double b) {
        return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
    }
    template <class M>
    void fill_row(M& row) {
        boost::pfr::for_each_field(row, [&]<class T>(T& member) { fill(member); });
        if constexpr (requires { obey(row, rows_); }) obey(row, rows_);
        ++rows_;
    }
    std::int64_t next_key(const ModelInfo& model) {
        Keys& keys = keys_[&model];
        if (keys.known.empty()) throw UsageError("no row of " + model.class_name + " is known");
        return keys.known[keys.next++ % keys.known.size()];
    }
    template <class T>
    void in_array(std::vector<T>& values) {
        if constexpr (std::same_as<T, double>)
            for (double& value : values)
                if (std::isinf(value)) value = std::numeric_limits<double>::max();  // no JSON, which SQLite keeps
    }
    /// Microseconds since 1970: the first and last there are, those around 1970, and around whole seconds before it.
    std::int64_t time_edge();
    template <class T>
    T integer() {
        if (one_in(8)) return std::numeric_limits<T>::min();
        if (one_in(8)) return std::numeric_limits<T>::max();
        return static_cast<T>(between(std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
    }
    double real();
    std::string character();
    Document value(int depth);
    Document number();
    Document quoted(const std::string& text);
    Document object(int depth);
    std::string blank() { return one_in(4) ? (one_in(2) ? " " : "\n\t") : ""; }

    std::mt19937_64 engine_;
    std::map<const ModelInfo*, Keys> keys_;
    std::map<std::string, std::string> kept_;  ///< documents, by how they were written
    int rows_ = 0;
};

}  // namespace orm::test
