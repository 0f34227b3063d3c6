-- include: keys
-- include: now
-- Add to a counter of the local day (UTC+8); a day's counters are kept for eight days.
local function count(name, n)
  local day = key('count', string.format('%d', math.floor((now + 28800000) / 86400000)))
  if call('HINCRBY', day, name, n or 1) == (n or 1) then
    call('EXPIRE', day, 691200)
  end
end
