#pragma once

namespace staves::base {

/// To be called once at the start of main: threads share two heaps instead of having one each, since what one thread
/// reads of the cluster another gives back, and every heap keeps its own remains.
void share_heaps();

/// Gives the system back what is free on the heaps. Takes milliseconds: for after a great piece of work.
void trim_heaps();

}  // namespace staves::base
