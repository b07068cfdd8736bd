# Sends the referrals that a table of yours holds, a hundred at a time, and writes each answer back.
# Windows PowerShell 5.1, as council servers have it. Written from the documentation; not run where it was written.
#
# It may be run again at any time: what is already here answers 200, and nothing is stored twice.
param(
    [Parameter(Mandatory)] [string] $Uri,        # https://dwc.example.gov.uk/intake/v1/referrals/batch
    [Parameter(Mandatory)] [string] $Token,      # from your identity provider, role source_system
    [Parameter(Mandatory)] [string] $File,       # one referral a line, as JSON
    [ValidateSet("validate", "commit")] [string] $Mode = "validate",
    [string] $Proxy
)
$ErrorActionPreference = "Stop"
[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12

$lines = @(Get-Content -Path $File -Encoding UTF8 | Where-Object { $_.Trim() })
for ($first = 0; $first -lt $lines.Count; $first += 100) {
    $batch = $lines[$first..([Math]::Min($first + 99, $lines.Count - 1))] -join "`n"
    $request = @{
        Uri         = "${Uri}?mode=$Mode"
        Method      = "Post"
        Headers     = @{ Authorization = "Bearer $Token"; "Idempotency-Key" = [Guid]::NewGuid().ToString() }
        ContentType = "application/x-ndjson"
        Body        = [Text.Encoding]::UTF8.GetBytes($batch)
        TimeoutSec  = 30
    }
    if ($Proxy) { $request.Proxy = $Proxy }
    $wait = 5
    foreach ($attempt in 1..5) {
        try { $answer = Invoke-RestMethod @request; break }
        catch {
            # No answer, too much at once, not just now: the same will do later, under the same key. Anything else needs a change.
            $status = if ($_.Exception.Response) { [int]$_.Exception.Response.StatusCode } else { 0 }
            if ($attempt -eq 5 -or $status -notin 0, 429, 503) { Write-Error "$status $($_.ErrorDetails.Message)"; exit 1 }
            Start-Sleep -Seconds $wait; $wait *= 2
        }
    }
    foreach ($result in $answer.results) {
        [pscustomobject]@{
            Line    = $first + $result.index + 1
            Status  = $result.status
            Receipt = $result.id
            Problem = $result.problem.title
            Detail  = $result.problem.detail
            At      = ($result.problem.errors | ForEach-Object { "$($_.pointer): $($_.message)" }) -join "; "
        }
    }
}
