//! The HAProxy reader: a text becomes statements, words and conditional branches, exactly as the program reads it.
