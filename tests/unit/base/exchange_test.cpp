#include "base/exchange.h"

#include <gtest/gtest.h>

#include <semaphore>
#include <thread>

namespace staves::base {
namespace {

using namespace std::chrono_literals;

std::chrono::steady_clock::time_point soon() {
  return std::chrono::steady_clock::now() + 30s;
}

// Plain threads, which ThreadSanitizer sees through: those of cpprestsdk's pool it does not.
TEST(Exchange, ABodyThatIsLargerThanTheRoomIsTakenWhole) {
  Exchange exchange;
  constexpr int pieces = 40;
  const std::string piece(1U << 20U, 'x');
  const std::jthread producer([&] {
    exchange.put_head({.status = 200, .headers = {}, .body = {}});
    for (int i = 0; i < pieces; ++i) {
      std::binary_semaphore has_room(0);
      exchange.put_bytes(piece, [&] { has_room.release(); });
      has_room.acquire();
    }
    exchange.put_end();
  });
  std::size_t taken = 0;
  int heads = 0;
  for (bool ended = false; !ended;) {
    const auto arrival = exchange.take(soon(), {});
    ASSERT_TRUE(arrival) << arrival.error().message;
    if (arrival->head) ++heads;
    EXPECT_LE(arrival->bytes.size(), Exchange::room + piece.size());
    taken += arrival->bytes.size();
    ended = arrival->ended;
  }
  EXPECT_EQ(heads, 1);
  EXPECT_EQ(taken, pieces * piece.size());
}

TEST(Exchange, BytesThatAreHereBeforeTheHeadWaitForIt) {
  Exchange exchange;
  exchange.put_bytes("body", [] {});
  EXPECT_EQ(exchange.take(std::chrono::steady_clock::now() + 1ms, {}).error().code, "DeadlineExceeded");
  exchange.put_head({.status = 200, .headers = {}, .body = {}});
  const auto arrival = exchange.take(soon(), {});
  ASSERT_TRUE(arrival);
  EXPECT_EQ(arrival->head->status, 200);
  EXPECT_EQ(arrival->bytes, "body");
}

TEST(Exchange, AnErrorIsToldAfterAllThatCameBefore) {
  Exchange exchange;
  exchange.put_head({.status = 200, .headers = {}, .body = {}});
  exchange.put_bytes("half", [] {});
  exchange.put_error({"ConnectionLost", "reset", Retry::soon()});
  const auto arrival = exchange.take(soon(), {});
  ASSERT_TRUE(arrival);
  EXPECT_EQ(arrival->bytes, "half");
  EXPECT_EQ(exchange.take(soon(), {}).error().code, "ConnectionLost");
}

TEST(Exchange, WhoWaitsForRoomGoesOnWhenNobodyTakesAnyMore) {
  Exchange exchange;
  std::binary_semaphore has_room(0);
  const std::jthread producer([&] {
    exchange.put_bytes(std::string(Exchange::room, 'x'), [&] { has_room.release(); });
    has_room.acquire();
    exchange.put_bytes("more", [] {});
    exchange.put_end();
  });
  exchange.abandon();
}

TEST(Exchange, WhoWaitsForAnAnswerCanBeToldToStop) {
  Exchange exchange;
  std::stop_source stop;
  const std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_EQ(exchange.take(soon(), stop.get_token()).error().code, "Cancelled");
}

}  // namespace
}  // namespace staves::base
