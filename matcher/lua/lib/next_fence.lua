-- include: keys
-- include: now
-- The next fencing token: strictly increasing, and ahead of all that were given out in earlier seconds even when a
-- fail-over or a wipe lost the counter (2^20 tokens a second, seconds since 2026, below 2^53).
local function next_fence()
  local fence, least = call('INCR', PREFIX .. 'fence'), math.floor((now - 1767225600000) / 1000) * 1048576
  if fence < least then
    call('SET', PREFIX .. 'fence', string.format('%.0f', least))
    return least
  end
  return fence
end
