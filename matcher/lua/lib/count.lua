-- include: keys
-- include: now
-- include: rules
-- Add to a counter of the realm's local day and return it; a day's counters are kept for eight days.
local function count(name, n)
  local day = key('count', math.floor((now + ahead_ms) / 86400000))
  local sum = call('HINCRBY', day, name, n or 1)
  if sum == (n or 1) then
    call('EXPIRE', day, 691200)
  end
  return sum
end
