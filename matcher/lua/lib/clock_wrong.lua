-- include: now
-- include: rules
-- A caller whose clock is far from the server's must not decide what is over. `skew_ms` 0 trusts every clock.
local function clock_wrong()
  local time = redis.call('TIME')
  local off_ms = now - (time[1] * 1000 + math.floor(time[2] / 1000))
  if rules.skew_ms > 0 and math.abs(off_ms) > rules.skew_ms then
    return { -8, string.format('%.0f', off_ms) }
  end
  return nil
end
