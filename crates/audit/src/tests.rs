//! Cheats on a synthetic log, each of which must be caught by its position and kind.
