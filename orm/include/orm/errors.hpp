/// What can go wrong, as types. Everything derives from orm::Error; the message says what and where.
///
///     try { db.insert(user); }
///     catch (const orm::UniqueViolation& e) { form.error(e.fields.front(), "is taken"); }
#pragma once

#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace orm {

/// The base of everything that this library throws.
class Error : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
    std::string sql;                ///< the statement, where there is one (parameters are never part of it)
    std::source_location location;  ///< the call, where it is known
};

/// A wrong URL, a wrong option, a file that cannot be opened: the caller's configuration.
class ConfigurationError : public Error {
    using Error::Error;
};

/// The API was used in an impossible way (a connection used twice at once, a transaction after its end).
class UsageError : public Error {
    using Error::Error;
};

/// A query that the configured database cannot run; names feature and database.
class UnsupportedFeature : public Error {
    using Error::Error;
};

/// A value that its column cannot hold, found before the database saw it.
class ValidationError : public Error {
  public:
    explicit ValidationError(const std::string& message) : Error(message) {}
    ValidationError(std::string model_name, std::string field_name, const std::string& message)
        : Error(model_name + "." + field_name + ": " + message),
          model(std::move(model_name)),
          field(std::move(field_name)) {}
    std::string model;
    std::string field;
};

class DoesNotExist : public Error {
    using Error::Error;
};
class MultipleObjectsReturned : public Error {
    using Error::Error;
};

/// The database refused or failed. `code`: PostgreSQL's SQLSTATE, or `SQLITE_…`'s extended result code as digits.
class DatabaseError : public Error {
  public:
    using Error::Error;
    std::string code;
};

/// A value was out of range or malformed for the database (SQLSTATE class 22).
class DataError : public DatabaseError {
    using DatabaseError::DatabaseError;
};

/// A stored value does not fit the C++ member that it is read into (NULL into a member that is not optional, …).
class DecodeError : public DatabaseError {
    using DatabaseError::DatabaseError;
};

/// Wrong SQL, a missing table or column (SQLSTATE class 42).
class ProgrammingError : public DatabaseError {
    using DatabaseError::DatabaseError;
};

/// A constraint said no. `fields` are column names where the database tells them.
class IntegrityError : public DatabaseError {
  public:
    using DatabaseError::DatabaseError;
    std::string constraint;
    std::string table;
    std::string model;
    std::vector<std::string> fields;
};
class UniqueViolation : public IntegrityError {
    using IntegrityError::IntegrityError;
};
class ForeignKeyViolation : public IntegrityError {
    using IntegrityError::IntegrityError;
};
class CheckViolation : public IntegrityError {
    using IntegrityError::IntegrityError;
};
class NotNullViolation : public IntegrityError {
    using IntegrityError::IntegrityError;
};
/// An on_delete::protect relation still names the row.
class ProtectedError : public IntegrityError {
    using IntegrityError::IntegrityError;
};

/// Not the statement's fault: the server, the network, the disk, other sessions.
class OperationalError : public DatabaseError {
    using DatabaseError::DatabaseError;
};
class ConnectionLost : public OperationalError {
    using OperationalError::OperationalError;
};
class LockTimeout : public OperationalError {
    using OperationalError::OperationalError;
};
class StatementTimeout : public OperationalError {
    using OperationalError::OperationalError;
};
class Deadlock : public OperationalError {
    using OperationalError::OperationalError;
};
class SerializationFailure : public OperationalError {
    using OperationalError::OperationalError;
};
class DiskFull : public OperationalError {
    using OperationalError::OperationalError;
};
class DatabaseCorrupt : public OperationalError {
    using OperationalError::OperationalError;
};
/// No connection became free before the deadline; the message names who holds them.
class PoolTimeout : public OperationalError {
    using OperationalError::OperationalError;
};
/// COMMIT, or a write that commits by itself, was sent and its answer was lost: it may or may not have happened.
/// Database::outcome_of() finds out.
class CommitInDoubt : public OperationalError {
  public:
    using OperationalError::OperationalError;
    std::string transaction;  ///< PostgreSQL's id of it; empty where nobody asked: a write outside atomic
};

}  // namespace orm
