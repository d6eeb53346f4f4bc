"""ISO 20022 messages as payment events. Core.

>>> from streamer.iso20022 import event_from_xml, transactions
>>> event_from_xml(raw, tenant="acme", event_id="P-1")        # a record that holds one transaction
>>> for found in transactions(stream): found.event("acme")    # a file, one transaction at a time
"""

from streamer.iso20022.elements import InvalidMessage
from streamer.iso20022.reader import Found, event_from_xml, is_xml, transactions
from streamer.iso20022.vocabulary import MESSAGES

__all__ = ["MESSAGES", "Found", "InvalidMessage", "event_from_xml", "is_xml", "transactions"]
