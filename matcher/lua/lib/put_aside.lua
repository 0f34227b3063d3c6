-- include: keys
-- include: now
-- Keep an entry of the sweeper's list that it cannot act on, because what is kept of its ticket or seat makes no sense:
-- once, at most 1000 of them, for 30 days after the last.
local function put_aside(entry, why)
  local kept = PREFIX .. 'aside'
  if call('HLEN', kept) < 1000 then
    local text = type(why) == 'table' and why.err or tostring(why)
    call('HSETNX', kept, entry, string.format('%.0f ', now) .. string.sub(text, 1, 200))
  end
  call('EXPIRE', kept, 2592000)
end
