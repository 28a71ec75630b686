// What an exception from below means to the client. HTTP knows no database, so whoever does says which of its
// exceptions are "come back in a moment"; everything else that is no HttpError stays a 500.
//
//   web::set_failure_status([](const std::exception& error) {
//       return dynamic_cast<const orm::ConnectionLost*>(&error) ? 503 : 500;
//   });
#pragma once
#include <exception>

namespace web {

using FailureStatus = int (*)(const std::exception& error);

// For all sites of the process; set before they serve. The default is 500 for everything.
void set_failure_status(FailureStatus status);
int failure_status(const std::exception& error);

}  // namespace web
