"""Well-known services by which people search for a scenario. No scenario claims to describe how such a service
works.
"""

from __future__ import annotations

from collections.abc import Mapping

# The card shows the first; search finds all. An empty one is of a scenario without a well-known service.
LIKE: Mapping[str, tuple[str, ...]] = {
    "ad-clicks": ("Google Ads", "AdSense", "Meta Ads"),
    "autocomplete": ("Google search suggestions", "typeahead", "Google Suggest"),
    "chat": ("WhatsApp", "Messenger", "Telegram", "Signal", "Slack", "Discord", "WeChat"),
    "collaborative-editor": ("Google Docs", "Notion", "Etherpad", "Office online"),
    "company-rag": ("Glean", "ChatGPT over documents", "NotebookLM"),
    "distributed-cache": ("Redis", "Memcached"),
    "feature-flags": ("LaunchDarkly", "Unleash", "Optimizely"),
    "file-sync": ("Dropbox", "Google Drive", "OneDrive", "iCloud"),
    "food-delivery": ("DoorDash", "Uber Eats", "Deliveroo", "Swiggy", "Zomato"),
    "hotel-booking": ("Booking.com", "Airbnb", "Expedia", "Agoda"),
    "job-scheduler": ("cron", "Airflow", "Quartz"),
    "key-value-store": ("DynamoDB", "Cassandra", "Riak", "etcd"),
    "late-events": ("Snowpipe", "Dataflow", "Flink pipelines"),
    "leaderboard": ("game rankings", "Xbox Live", "chess ratings"),
    "live-comments": ("YouTube Live", "Twitch chat", "Facebook Live"),
    "llm-chat": ("ChatGPT", "Claude", "Gemini"),
    "maps": ("Google Maps", "Waze", "Apple Maps", "OpenStreetMap"),
    "metrics": ("Prometheus", "Datadog", "Graphite", "CloudWatch"),
    "news-feed": ("Facebook", "LinkedIn", "Reddit"),
    "notifications": ("Firebase", "Amazon SNS", "Twilio", "OneSignal"),
    "pastebin": ("Pastebin.com", "GitHub Gist", "Hastebin"),
    "payment-api": ("Stripe", "Adyen", "Square"),
    "payments": ("PayPal", "Amazon checkout", "Etsy"),
    "photo-sharing": ("Instagram", "Flickr", "Pinterest"),
    "proximity": ("Yelp", "Foursquare", "Google places"),
    "rate-limiter": ("Cloudflare", "Kong", "API gateway limits"),
    "ride-hailing": ("Uber", "Lyft", "Grab", "Bolt", "Ola"),
    "stock-exchange": ("Nasdaq", "NYSE", "Robinhood", "Coinbase"),
    "ticket-sale": ("Ticketmaster", "Eventbrite", "BookMyShow"),
    "top-k": ("YouTube trending", "Spotify charts", "heavy hitters"),
    "twitter": ("Twitter", "X.com", "Mastodon", "Bluesky", "Threads"),
    "unique-ids": ("Snowflake", "UUID", "Instagram ids"),
    "url-shortener": ("TinyURL", "Bitly", "bit.ly"),
    "video": ("YouTube", "Netflix", "TikTok", "Twitch", "Vimeo", "Hulu"),
    "web-crawler": ("Googlebot", "Common Crawl", "Internet Archive"),
}


def like(slug: str) -> str:
    """The service shown on the card; empty where none is known, and for scenarios that are not shipped."""
    return next(iter(LIKE.get(slug, ())), "")


def names(slug: str) -> str:
    """All of them, as one text for search."""
    return ", ".join(LIKE.get(slug, ()))
