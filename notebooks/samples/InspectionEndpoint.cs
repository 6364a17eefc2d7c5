using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DxmiMlNet.Samples;

/// <summary>One model behind an address: an image in, JSON out. For a line that must lose nothing there is DxmiMlNet.Line.</summary>
public static class InspectionEndpoint
{
    /// <summary>Maps POST /inspect. A model serves many requests at once.</summary>
    public static IEndpointConventionBuilder MapInspection(this IEndpointRouteBuilder app, InspectionModel model)
        => app.MapPost("/inspect", async (HttpRequest request, CancellationToken cancellation) =>
        {
            using var image = new MemoryStream();
            await request.Body.CopyToAsync(image, cancellation);
            image.Position = 0;
            using var result = model.Inspect(image, "request");
            return Results.Text(InspectionJson.Serialize(InspectionRecord.Of(result)), "application/json",
                statusCode: result.Error is null ? StatusCodes.Status200OK : StatusCodes.Status415UnsupportedMediaType);
        });
}
