#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "kube/lease_record.h"

namespace staves::kube {

/// How long things take in an election. Those of client-go, so that a Lease means the same to everybody.
struct LeaseTerms {
  std::chrono::seconds duration{15};                  ///< others leave a lease alone for so long after a change of it
  std::chrono::milliseconds renew_deadline{10'000};   ///< a leader that could not renew for so long leads no more
  std::chrono::milliseconds retry{2'000};             ///< between two looks, and two renewals
  std::chrono::milliseconds request_deadline{5'000};  ///< of one request: two of them fit before the renew deadline
  double jitter = 1.2;                                ///< lengthens the pauses of those who wait by up to this share
};

/// Nothing when a leader always stops before anybody else may begin, and has more than one try to renew: duration >
/// renew_deadline > request_deadline, renew_deadline > retry, all above 0. Errors: InvalidLeaseTerms (retry: never).
Done check_terms(const LeaseTerms& terms);

/// The pure half of an election by Lease: what one candidate has seen, and what it may write next. Whether a holder is
/// gone is told by our own clock alone: nothing in the lease changed for `duration` since we saw its last change.
/// Source: client-go, tools/leaderelection.
class Election {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  /// `identity` is of this process alone: one that it shared with its forerunner would make it take over a lease that
  /// the forerunner may still believe in.
  Election(std::string identity, LeaseTerms terms) : identity_(std::move(identity)), terms_(terms) {}

  /// The lease was read, or its write was answered with this.
  void see(const LeaseRecord& record, std::string resource_version, Moment now);
  /// There is no lease (any more). A holder that was seen before is left alone all the same.
  void see_none();

  bool is_ours() const { return record_.holder == identity_; }
  /// Somebody else holds it, or did when it was last seen.
  bool is_held_by_other(Moment now) const;
  /// Until when it is left to that one, unless it changes again.
  Moment held_until() const;

  /// What to write in order to lead from now on; nothing while somebody else does.
  std::optional<LeaseRecord> bid(Moment now, base::TimePoint date) const;
  /// What to write in order to leave it to others at once.
  LeaseRecord farewell(base::TimePoint date) const;

  const LeaseRecord& record() const { return record_; }
  /// Which version of the lease a write has to be made over; empty: there is none, it has to be created.
  const std::string& resource_version() const { return resource_version_; }

 private:
  std::string identity_;
  LeaseTerms terms_;
  LeaseRecord record_;
  std::string resource_version_;
  Moment changed_{};  ///< when we saw it say something else than before
};

}  // namespace staves::kube
