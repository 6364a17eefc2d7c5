using System.Data.Common;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace DxmiMlNet.Line.Dashboard;

/// <summary>A page that follows the line: it is asked once a second, from when it is shown until it is left.</summary>
public abstract class Ticking : ComponentBase, IDisposable
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _leave = new();

    /// <summary>Who looks.</summary>
    [CascadingParameter]
    public Task<AuthenticationState>? Authentication { get; set; }

    /// <summary>Reads what the page shows.</summary>
    /// <returns>Whether it has to be drawn again.</returns>
    private protected abstract Task<bool> ReadAsync();

    /// <summary>Whether who looks may do what a role may.</summary>
    private protected async Task<bool> MayAsync(ApiRole role) => Authentication is not null && ApiKeys.Has((await Authentication).User, role);

    /// <inheritdoc />
    protected override async Task OnInitializedAsync() => await ReadAsync();

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
            _ = FollowAsync();
    }

    private async Task FollowAsync()
    {
        using var timer = new PeriodicTimer(s_second);
        while (true)
        {
            try
            {
                if (!await timer.WaitForNextTickAsync(_leave.Token))
                    return;
                await InvokeAsync(async () =>
                {
                    if (await ReadAsync())
                        StateHasChanged();
                });
            }
            catch (DbException)
            {
                // The journal is away: what is shown stays.
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The page is left.</summary>
    protected virtual void Dispose(bool disposing)
    {
        _leave.Cancel();
        _leave.Dispose();
    }
}
