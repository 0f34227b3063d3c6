-- include: keys
-- include: rules
-- include: fits
-- Choose an idle full-time seat for a ticket; returns it and the number of profiles considered, or nil. `shunned` is
-- the text ',S,T,' of seats that the ticket does not go to for now.
local function shuns(shunned, seat)
  return shunned ~= '' and string.find(shunned, ',' .. seat .. ',', 1, true)
end

-- The lane names its seat: that one or none.
local function named_seat(lane, shunned)
  local seat, needs = unpack(call('HMGET', key('lane', lane), 'seat', 'needs'))
  local state, profile, duty = unpack(call('HMGET', key('seat', seat), 'state', 'profile', 'duty'))
  if state ~= 'idle' or duty ~= 'full' or shuns(shunned, seat) then
    return nil
  end
  local able = cjson.decode(call('HGET', key('profile', profile), 'able'))
  return fits(cjson.decode(needs), able) and seat or nil, 1
end

-- Every able seat with the same chance. The draw comes from the ticket and the time, so that a replay repeats it.
local function random_seat(found, ticket, shunned)
  local seats = {}
  for i = 1, #found, 2 do
    for _, seat in ipairs(call('ZRANGE', key('idle', found[i]), 0, -1)) do
      if not shuns(shunned, seat) then
        seats[#seats + 1] = seat
      end
    end
  end
  local draw = tonumber(string.sub(redis.sha1hex(ticket .. ARGV[1]), 1, 8), 16)
  return seats[draw % math.max(1, #seats) + 1], #found / 2
end

-- The best seat where some are shunned; `found` is sorted, so the search ends at the first profile that cannot win.
local function best_seat(found, lane, shunned, weight)
  local best, best_rank
  for i = 1, #found, 2 do
    if best and tonumber(found[i + 1]) >= best_rank then
      break
    end
    local idle = call('ZRANGE', key('idle', found[i]), 0, -1, 'WITHSCORES')
    for j = 1, #idle, 2 do
      if not shuns(shunned, idle[j]) then
        local rank = weight * call('ZSCORE', key('cp', lane), found[i]) + idle[j + 1]
        if not best or rank < best_rank then
          best, best_rank = idle[j], rank
        end
        break
      end
    end
  end
  return best, #found / 2
end

local function pick_seat(ticket, lane, shunned)
  if string.byte(lane) == 64 then -- '@'
    return named_seat(lane, shunned)
  end
  local weight = rules.seat_rule == 'least_flexible' and 1 or 0
  local found = call('ZINTER', 2, key('cp', lane), PREFIX .. 'idle_heads', 'WEIGHTS', weight, 1, 'WITHSCORES')
  if #found == 0 then
    return nil
  elseif rules.seat_rule == 'random' then
    return random_seat(found, ticket, shunned)
  elseif shunned ~= '' then
    return best_seat(found, lane, shunned, weight)
  end
  return call('ZRANGE', key('idle', found[1]), 0, 0)[1], #found / 2
end
