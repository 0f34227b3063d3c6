-- Whose place a seat is: `S` for `S`, `S~2`, `S~3` ... A ticket that is kept from one of them is kept from all.
local function agent_of(seat)
  return string.match(seat, '^(.-)~') or seat
end
