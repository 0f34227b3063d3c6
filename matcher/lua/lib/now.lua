-- The caller's clock, in milliseconds.
local now = tonumber(ARGV[1])
