-- The caller's clock, in milliseconds; set by every call.
local now
