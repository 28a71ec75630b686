/// The whole data layer. The headers stand in the order of their dependence, so that a compiler's message about a
/// mistake starts with what is wrong instead of a tower of includes.
#pragma once

// clang-format off
#include "orm/types.hpp"
#include "orm/errors.hpp"
#include "orm/codec.hpp"
#include "orm/driver.hpp"
#include "orm/pool.hpp"
#include "orm/schema.hpp"
#include "orm/reflect.hpp"
#include "orm/model.hpp"
#include "orm/sql.hpp"
#include "orm/expression.hpp"
#include "orm/relation.hpp"
#include "orm/query.hpp"
#include "orm/functions.hpp"
#include "orm/containers.hpp"
#include "orm/search.hpp"
#include "orm/window.hpp"
#include "orm/subquery.hpp"
#include "orm/paging.hpp"
#include "orm/predicate.hpp"
#include "orm/plan.hpp"
#include "orm/monitor.hpp"
#include "orm/executor.hpp"
#include "orm/database.hpp"
