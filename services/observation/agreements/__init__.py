"""What people agreed to: each person for each purpose, in the words that were read to them, and until they change their mind.

Owns wordings, each under an id that never gets other words, and every answer, of which the latest stands. Names the lawful
basis of each purpose: consent where it truly rests on it (audio, being called again, quotation, sharing, research), the
public task elsewhere. A child assents beside a parent's agreement, or agrees alone from sixteen or where found competent.
A refusal or a withdrawal ends at once what rested on the agreement. Says it through the participation.
"""
