"""Somebody tells the authority something about a child: a contact is screened, and decided on within one working day.

Owns contacts. A contact that is a referral becomes one, to be decided on as any; a new concern about a child whose case is open
is a contact on that case, and no second referral.
"""
