/// The whole data layer.
#pragma once

#include "orm/database.hpp"
#include "orm/functions.hpp"
