-- Where tickets stand: how many go before them in the lanes that compete for their seats.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3... tickets
-- Returns: {ticket, ahead (-1: does not wait), able seats signed in} each
-- Errors: none
-- Events: none
-- include: keys
-- include: able_seats
local RIVALS_KEPT_MS = 2000

-- The lanes that share a signed-in profile with this one; kept for two seconds, it changes slowly.
local function rivals_of(lane)
  local rivals = key('rivals', lane)
  if call('EXISTS', rivals) == 0 then
    local sets = { key('pc', '') }
    for _, profile in ipairs(call('ZINTER', 2, key('cp', lane), PREFIX .. 'online')) do
      sets[#sets + 1] = key('pc', profile)
    end
    call('ZADD', rivals, 0, lane)
    if #sets > 1 then
      call('ZUNIONSTORE', rivals, #sets, unpack(sets))
      call('ZADD', rivals, 0, lane)
    end
    call('PEXPIRE', rivals, RIVALS_KEPT_MS)
  end
  return call('ZINTER', 2, rivals, PREFIX .. 'heads')
end

local answers, rivals, able = {}, {}, {}
for i = 3, #ARGV do
  local row = call('HMGET', key('ticket', ARGV[i]), 'state', 'lane', 'score')
  local ahead = -1
  if row[1] == 'waiting' then
    local lane = row[2]
    rivals[lane] = rivals[lane] or rivals_of(lane)
    able[lane] = able[lane] or able_seats(lane)
    ahead = call('ZRANK', key('wait', lane), ARGV[i])
    for _, rival in ipairs(rivals[lane]) do
      if rival ~= lane then
        ahead = ahead + call('ZCOUNT', key('wait', rival), '-inf', '(' .. row[3])
      end
    end
  end
  answers[i - 2] = { ARGV[i], ahead, ahead < 0 and 0 or able[row[2]] }
end
return answers
