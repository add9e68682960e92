"""How every clip of ours is encoded and packed."""

PRESET, CRF = "veryfast", "20"
"""x264's preset and constant rate factor: visually lossless, in a time that people wait."""

WITHOUT_MESSAGES = "filter_units=remove_types=6"
"""Nor messages within the H.264 stream: cameras keep the time and place there (AVCHD). To take them
out lasts longer than the copy itself, so that it is done only where there are some."""
CONTAINER = ("-movflags", "+faststart+negative_cts_offsets", "-use_editlist", "0", "-f", "mp4")
"""The index at the front and no edit lists (Graph API)."""
