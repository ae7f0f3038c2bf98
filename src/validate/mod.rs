//! Binds each statement to its row of the grammar, once, and says what the program would refuse or misread.

pub mod haproxy;
