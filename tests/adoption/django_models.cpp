// django_models APP sqlite|postgresql: prints the app's models.py, as a Django project of the same models would have
// it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>

#include "apps.hpp"

namespace {

using orm::schema::Field;
using orm::schema::Model;
using orm::schema::Type;

std::string column_class(Type type, const Field& field, bool sqlite) {
    switch (type) {
        case Type::identity32:
            return "models.AutoField(";
        case Type::identity64:
            return "models.BigAutoField(";
        case Type::smallint:
            return "models.SmallIntegerField(";
        case Type::integer:
            return "models.IntegerField(";
        case Type::bigint:
            return "models.BigIntegerField(";
        case Type::boolean:
            return "models.BooleanField(";
        case Type::double_:
            return "models.FloatField(";
        case Type::decimal:
            return fmt::format("models.DecimalField(max_digits={}, decimal_places={}, ", field.digits, field.scale);
        case Type::varchar:
            return fmt::format("models.CharField(max_length={}, ", field.max_length);
        case Type::text:
            return "models.TextField(";
        case Type::timestamp:
            return "models.DateTimeField(";
        case Type::date:
            return "models.DateField(";
        case Type::json:
            return "models.JSONField(";
        case Type::array:  // Django has arrays on PostgreSQL only
            return sqlite ? std::string("models.JSONField(")
                          : fmt::format("ArrayField({}null=False), ", column_class(field.element, field, sqlite));
        case Type::foreign_key:
            return fmt::format("models.{}('{}', models.DO_NOTHING, related_name='+', ",
                               field.one_to_one ? "OneToOneField" : "ForeignKey", field.to);
    }
    return "";
}

std::string names_of(const Model& model, const std::vector<std::string>& columns) {
    std::string names;
    for (const std::string& column : columns)
        names += fmt::format("'{}', ", std::ranges::find(model.fields, column, &Field::column)->name);
    return names;
}

void print(const Model& model, bool sqlite) {
    fmt::print("class {}(models.Model):\n", model.class_name);
    for (const Field& field : model.fields) {
        fmt::print("    {} = {}null={}{}{})\n", field.name, column_class(field.type, field, sqlite),
                   field.null ? "True" : "False", field.primary_key ? ", primary_key=True" : "",
                   field.unique && !field.one_to_one && !field.primary_key ? ", unique=True"
                   : field.index                                           ? ", db_index=True"
                                                                           : "");
    }
    for (const auto& relation : model.many_to_many)
        fmt::print("    {} = models.ManyToManyField('{}', related_name='+')\n", relation.name, relation.to);
    fmt::print("    class Meta:\n        db_table = '{}'\n        unique_together = [", model.table);
    for (const auto& constraint : model.constraints)
        if (constraint.kind == orm::schema::Constraint::Kind::unique)
            fmt::print("({}), ", names_of(model, constraint.columns));
    fmt::print("]\n\n");
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fputs("usage: django_models APP sqlite|postgresql\n", stderr);
        return 2;
    }
    const bool sqlite = std::string_view(argv[2]) == "sqlite";
    fmt::print("from django.contrib.postgres.fields import ArrayField\nfrom django.db import models\n\n");
    for (const auto& [label, model] : cli::model_state().models)
        if (model.app == argv[1]) print(model, sqlite);
}
