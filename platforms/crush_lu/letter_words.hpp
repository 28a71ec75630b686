/// What the letters' texts have in common; inside Crush.lu only.
///
///     Letter letter{tr("Cancelled: {}", one_line(event.title))};
///     letter.say(hello(to)).say(std::string(tr("your registration is cancelled.")));
#pragma once

#include <string>

#include "mail/mail.hpp"

namespace crush_lu {

std::string hello(const mail::Recipient& to);
/// A subject is one line; a title need not be.
std::string one_line(std::string text);

/// Registers the letters that people cause for each other: connections, messages, journeys.
void add_people_letters(mail::Letters& letters);

}  // namespace crush_lu
