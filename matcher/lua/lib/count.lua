-- include: keys
-- include: now
-- Add to a counter of the local day (UTC+8) and return it; a day's counters are kept for eight days.
local function count(name, n)
  local day = key('count', math.floor((now + 28800000) / 86400000))
  local sum = call('HINCRBY', day, name, n or 1)
  if sum == (n or 1) then
    call('EXPIRE', day, 691200)
  end
  return sum
end
