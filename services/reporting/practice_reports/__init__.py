"""Practice Reports: how practice was observed to be, for a month or a quarter, for a team or the whole service."""
