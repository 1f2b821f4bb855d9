"""The rules of the subject: no Flask, no database, no clock, no input or output."""
