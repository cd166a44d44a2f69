#include "base/socket_family.h"

#include "gtest/gtest.h"
#include "tests/unit/base/http_fixture.h"

namespace staves::base {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;

TEST(SocketFamily, OfAnAddressIsKnownAndStays) {
  SocketFamily four("127.0.0.1");
  EXPECT_EQ(four.get(), tcp::v4());
  EXPECT_EQ(SocketFamily("::1").get(), tcp::v6());
  four.learn(tcp::v6());
  EXPECT_EQ(four.get(), tcp::v4());
  four.forget();
  EXPECT_EQ(four.get(), tcp::v4());
}

TEST(SocketFamily, OfANameIsLearnedForAllWhoKnowItAndForgotten) {
  SocketFamily one("api.example.test");
  const SocketFamily same("api.example.test");
  EXPECT_FALSE(one.get());
  one.learn(tcp::v6());
  EXPECT_EQ(same.get(), tcp::v6());
  EXPECT_FALSE(SocketFamily("other.example.test").get());
  one.forget();
  EXPECT_FALSE(same.get());
}

TEST_F(Http, TheSocketToAServerThatIsKnownByNameIsPreparedOnceAConnectionWasUsedAgain) {
  ScriptedServer server([](ServerConnection& connection) {
    auto request = connection.read_request();
    while (request && request->target != "/watch") {
      connection.respond(200, "");
      request = connection.read_request();
    }
    if (!request) return;
    connection.begin_chunks();
    connection.write_chunk("x");
    connection.wait_for_close();
  });
  // No address as the library's hook wants it, and yet every resolver knows it, without asking anybody.
  const auto client = client_of({.origin = server.origin("127.1")});
  SocketFamily family("127.1");
  family.forget();
  for (int tries = 0; tries < 100 && !family.get(); ++tries) ASSERT_TRUE(client->send(get(), {}));
  ASSERT_EQ(family.get(), tcp::v4());
  int no_delay = 0;
  const auto response = client_of({.origin = server.origin("127.1")})
                            ->stream(get("/watch"), 5s,
                                     [&](std::string_view) {
                                       no_delay = no_delay_of_socket_to(server.port());
                                       return false;
                                     },
                                     {});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(no_delay, 1);
}

TEST_F(Http, AfterAFailureToConnectTheFamilyOfANameIsNotTakenForKnown) {
  SocketFamily family("127.0.1");
  family.learn(tcp::v6());
  ScriptedServer server(echo);
  const auto client = client_of({.origin = server.origin("127.0.1")});
  EXPECT_EQ(client->send(get(), {}).error().code, "ConnectFailed");
  EXPECT_FALSE(family.get());
  EXPECT_TRUE(client->send(get(), {}));
}

}  // namespace
}  // namespace staves::base
