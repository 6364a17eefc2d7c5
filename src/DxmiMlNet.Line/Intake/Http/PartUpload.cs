using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace DxmiMlNet.Line;

/// <summary>Reads a part from a request: the image is the body, or a field of a form. Nothing is written to disk meanwhile, and no more memory is taken than has arrived.</summary>
internal sealed class PartUpload(LineOptions options)
{
    private const int FormOverhead = 64 << 10, LongestBoundary = 70, LongestField = 1000;

    /// <exception cref="RefusedException">It is too large, or no form.</exception>
    /// <exception cref="BadHttpRequestException">The sender is too slow, or breaks off.</exception>
    public async Task<IncomingPart> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        long most = options.Http.MaxImageBytes + FormOverhead;
        if (request.ContentLength > most)
            throw TooLarge();
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = most;
        string? Query(string name) => request.Query.TryGetValue(name, out var value) && value.Count > 0 ? value[0] : null;
        var part = new IncomingPart(Query("partId"), Query("station") ?? "http", Query("recipe"), "http", default);
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            return await ReadFormAsync(request, type, part, cancellation).ConfigureAwait(false);
        return part with { Image = await ReadAllAsync(request.Body, options.Http.MaxImageBytes, cancellation).ConfigureAwait(false) };
    }

    private async Task<IncomingPart> ReadFormAsync(HttpRequest request, MediaTypeHeaderValue type, IncomingPart part, CancellationToken cancellation)
    {
        string boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > LongestBoundary)
            throw NoForm("its boundary is missing or too long");
        try
        {
            var reader = new MultipartReader(boundary, request.Body) { HeadersCountLimit = 8, HeadersLengthLimit = 4096, BodyLengthLimit = options.Http.MaxImageBytes + 1L };
            bool hasImage = false;
            for (int fields = 0; await reader.ReadNextSectionAsync(cancellation).ConfigureAwait(false) is { } section; fields++)
            {
                if (fields == 16)
                    throw NoForm("it has more than 16 fields");
                string name = ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) ? HeaderUtilities.RemoveQuotes(disposition.Name).ToString() : "";
                if (name == "image")
                {
                    part = part with { Image = await ReadAllAsync(section.Body, options.Http.MaxImageBytes, cancellation).ConfigureAwait(false) };
                    hasImage = true;
                    continue;
                }
                string value = System.Text.Encoding.UTF8.GetString((await ReadAllAsync(section.Body, LongestField, cancellation).ConfigureAwait(false)).Span);
                part = name switch
                {
                    "partId" => part with { PartId = value },
                    "station" => part with { Station = value },
                    "recipe" => part with { Recipe = value },
                    _ => throw NoForm("it has a field that is none of image, partId, station, recipe"),
                };
            }
            return hasImage ? part : throw NoForm("it has no field image");
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw NoForm(e.Message.TrimEnd('.'));
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAllAsync(Stream body, int most, CancellationToken cancellation)
    {
        var content = new MemoryStream();
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            int read;
            while ((read = await body.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
            {
                if (content.Length + read > most)
                    throw TooLarge();
                content.Write(buffer, 0, read);
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
        return content.GetBuffer().AsMemory(0, (int)content.Length);
    }

    private static RefusedException TooLarge() => new(Refusal.TooLarge, "The request is too large.", "An image within 'Http:MaxImageBytes' was expected.", "Send a smaller one.");

    private static RefusedException NoForm(string why)
        => new(Refusal.Invalid, $"The form cannot be read: {why}.", "multipart/form-data with the fields image, partId, station, recipe was expected.", "Send the image as the body instead.");
}
